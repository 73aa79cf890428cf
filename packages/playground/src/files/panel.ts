// SPDX-License-Identifier: MIT
// The files' place on the page: the tree, the file that was picked, and what can be done from outside.
import { byId } from "../dom.js";
import { byteCount, oneLine } from "../text.js";
import { fileView, MOST_BYTES } from "./file-view.js";
import { FilesModel, type Row } from "./model.js";
import type { OriginDirectory } from "./origin-directory.js";
import { MOUNT_PATH, type SharedFiles } from "./shared-files.js";
import { TreeView } from "./tree-view.js";

const MOST_UPLOAD_BYTES = 16 * 2 ** 20;
const KEPT = "All workers see the same files, which stay in this browser.";
const PRIVATE =
  "Files are in memory here, gone with their worker or pool, and this page cannot look into them: ";

export class FilesPanel {
  private readonly files: SharedFiles;
  private readonly announce: (text: string) => void;
  private readonly model = new FilesModel();
  private readonly tree: TreeView;
  private readonly fold = byId<HTMLDetailsElement>("files");
  private readonly place = byId("file-tree");
  private readonly content = byId("file-content");
  private readonly note = byId("files-note");
  private readonly buttons = byId("files-buttons");
  private readonly input = byId<HTMLInputElement>("upload-input");
  /** What is shown, and in which state of it. */
  private picked: string | null = null;
  private pickedState = "";

  constructor(files: SharedFiles, announce: (text: string) => void) {
    this.files = files;
    this.announce = announce;
    this.tree = new TreeView(`Files in ${MOUNT_PATH}`, {
      onToggle: (path, opens) => this.model.toggle(path, opens),
      onPick: (row) => void this.pick(row),
    });
    this.place.append(this.tree.element);
    this.fold.open = matchMedia("(min-width: 60rem)").matches;
    this.model.changed.on((rows) => this.show(rows));
    files.changed.on(() => this.showKind());
    this.fold.addEventListener("toggle", () => this.updateShown());
    document.addEventListener("visibilitychange", () => this.updateShown());
    byId("upload").addEventListener("click", () => this.input.click());
    this.input.addEventListener("change", () => void this.upload(this.input.files ?? []));
    byId("delete-all").addEventListener("click", () => this.change((dir) => dir.removeAll(), "All files are deleted"));
    this.takeDrops();
    this.updateShown();
  }

  /** Something may have changed: a task has ended. */
  look(): void {
    this.model.look();
  }

  private updateShown(): void {
    this.model.isShown = this.fold.open && !document.hidden;
  }

  private showKind(): void {
    const { directory, reason } = this.files;
    this.buttons.hidden = directory === null;
    this.place.hidden = directory === null;
    this.note.textContent = directory === null ? `${PRIVATE}${reason}.` : KEPT;
    this.model.watch(directory);
  }

  private show(rows: readonly Row[]): void {
    this.tree.show(rows);
    byId("delete-all").setAttribute("aria-disabled", String(rows.length === 0));
    byId("no-files").hidden = rows.length > 0;
    const row = rows.find(({ path }) => path === this.picked);
    if (this.picked !== null && row === undefined) this.close();
    else if (row !== undefined && stateOf(row) !== this.pickedState) void this.pick(row);
  }

  private async pick(row: Row): Promise<void> {
    const { path } = row;
    this.picked = path;
    this.pickedState = stateOf(row);
    this.tree.shown = path;
    const content = await this.files.directory?.read(path, MOST_BYTES).catch(() => null);
    if (this.picked !== path) return;
    if (content === null || content === undefined) {
      this.close();
      return;
    }
    const view = fileView(`${MOUNT_PATH}/${path}`, content, {
      onDelete: () => void this.change((dir) => dir.remove(path), `${oneLine(path)} is deleted`),
      onClose: () => this.close(),
    });
    this.replaceContent(view);
  }

  /** A file that changes is shown anew; who is at one of its buttons stays there. */
  private replaceContent(view: HTMLElement): void {
    const stops = (): HTMLElement[] => [...this.content.querySelectorAll<HTMLElement>("button, pre")];
    const at = stops().indexOf(document.activeElement as HTMLElement);
    const top = this.content.querySelector("pre")?.scrollTop ?? 0;
    this.content.replaceChildren(view);
    this.content.querySelector("pre")!.scrollTop = top;
    stops()[at]?.focus();
  }

  private close(): void {
    this.picked = null;
    this.tree.shown = null;
    this.content.replaceChildren();
  }

  private takeDrops(): void {
    this.fold.addEventListener("dragover", (event) => event.preventDefault());
    this.fold.addEventListener("drop", (event) => {
      event.preventDefault();
      void this.upload(event.dataTransfer?.files ?? []);
    });
  }

  private async upload(given: Iterable<File>): Promise<void> {
    for (const file of [...given]) {
      if (file.size > MOST_UPLOAD_BYTES) {
        this.say(`${oneLine(file.name)} is larger than ${byteCount(MOST_UPLOAD_BYTES)}`);
      } else {
        await this.change((dir) => dir.write(file.name, file), `${oneLine(file.name)} is there`);
      }
    }
    this.input.value = "";
  }

  private async change(action: (directory: OriginDirectory) => Promise<void>, done: string): Promise<void> {
    const { directory } = this.files;
    if (directory === null) return;
    try {
      await action(directory);
      this.say(done);
    } catch (error) {
      this.say((error as Error).message);
    }
    this.model.look();
  }

  private say(text: string): void {
    this.note.textContent = text;
    this.announce(text);
  }
}

function stateOf({ entry }: Row): string {
  return entry === null ? "" : `${entry.size} ${entry.changedAt}`;
}
