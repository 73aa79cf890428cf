// SPDX-License-Identifier: MIT
// The two editors: one for the code, whose content is that of the tab in front, and one for the
// bootstrap code, which all tabs share.
import { byId } from "./dom.js";
import { Editor, type EditorContent } from "./editor.js";

/** What stacks call the bootstrap code: the package's own name for it. */
export const bootstrapFilename = "bootstrap.js";

export class Editors {
  private readonly code: Editor;
  private readonly bootstrap: Editor;
  private readonly fold = byId<HTMLDetailsElement>("bootstrap");
  private readonly contents = new Map<string, EditorContent>();
  private tab: string;

  constructor(tab: string, code: string, bootstrapCode: string) {
    this.tab = tab;
    this.code = new Editor(byId("code-editor"), {
      label: "Code",
      hint: "JavaScript; its value is that of the last expression",
      text: code,
    });
    this.bootstrap = new Editor(byId("bootstrap-editor"), {
      label: "Bootstrap code",
      hint: "JavaScript that runs before the first task",
      text: bootstrapCode,
    });
  }

  get codeText(): string {
    return this.code.text;
  }

  set codeText(text: string) {
    this.code.text = text;
  }

  get bootstrapText(): string {
    return this.bootstrap.text;
  }

  /** Shows the content of another tab: `text`, the first time. */
  select(tab: string, text: string): void {
    this.contents.set(this.tab, this.code.content);
    this.tab = tab;
    this.code.content = this.contents.get(tab) ?? this.code.newContent(text);
  }

  drop(tab: string): void {
    this.contents.delete(tab);
  }

  goToCode(line: number, column: number): void {
    this.code.goTo(line, column);
  }

  goToBootstrap(line: number, column: number): void {
    this.fold.open = true;
    this.bootstrap.goTo(line, column);
  }
}
