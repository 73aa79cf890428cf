// SPDX-License-Identifier: MIT
// The page: puts its parts together and does what its buttons say. Each part knows only itself.
import { getDefaultPoolSize, type ConsoleHandler, type TraceHandler } from "qjspool";
import { compare, tasksOf } from "./engine/compare.js";
import { defaultConfig, type Config } from "./engine/config.js";
import { PoolHost } from "./engine/pool-host.js";
import { Runner, StoppedError } from "./engine/runner.js";
import { TaskBook } from "./engine/task-book.js";
import { isPending, type Origin, type TaskRecord } from "./engine/task-record.js";
import { byId, el } from "./dom.js";
import { bootstrapFilename, Editors } from "./editors.js";
import { ExampleMenu } from "./example-menu.js";
import { firstBootstrap, firstExample, sessionExample, type Example } from "./examples/index.js";
import { FilesPanel } from "./files/panel.js";
import { SharedFiles } from "./files/shared-files.js";
import { OptionsPanel } from "./options-panel.js";
import { comparisonView, verdict } from "./results/comparison-view.js";
import { failureCard, type Navigate } from "./results/error-view.js";
import { ResultLists } from "./results/list.js";
import { describeEnd } from "./results/outcome.js";
import { SessionNotes } from "./session-notes.js";
import { listenToKeys } from "./shortcuts.js";
import { Status } from "./status.js";
import { poolTab, Tabs, type Tab } from "./tabs.js";
import { TimelineModel } from "./timeline/model.js";
import { TimelinePanel } from "./timeline/panel.js";
import { TracePanel } from "./trace-panel.js";

/** A result that comes later does not pull the page to it: its user may be elsewhere by then. */
const REVEAL_MS = 1000;

/**
 * Before a task that runs is shown: drawing holds up the thread that its answer comes to, and a
 * short task would seem as long as that takes.
 */
const SHOW_MS = 40;

export class Playground {
  private readonly book = new TaskBook();
  private readonly sharedFiles = new SharedFiles();
  private readonly host = new PoolHost(
    this.book,
    {
      onConsole: (...call) => this.onConsole(...call),
      onTrace: (event) => this.onTrace(event),
    },
    this.sharedFiles,
  );
  private readonly runner = new Runner(this.host, this.book);
  private readonly defaults = defaultConfig(getDefaultPoolSize(), firstBootstrap);
  private readonly options = new OptionsPanel(this.defaults, () => this.prepare());
  private readonly editors = new Editors(poolTab.id, firstExample.code, firstBootstrap);
  private readonly menu = new ExampleMenu((example) => (this.editors.codeText = example.code));
  private readonly tabs = new Tabs({
    onSelect: (tab) => this.showTab(tab),
    onClose: (tab) => this.closeTab(tab),
  });
  private readonly notes = new SessionNotes(this.host);
  private readonly results = new ResultLists(byId("results"), (task) => this.book.dropValue(task));
  private readonly model = new TimelineModel(() => [...this.book.workers]);
  private readonly timeline = new TimelinePanel(this.model, (task) => this.showTask(task));
  private readonly status = new Status();
  private readonly trace = new TracePanel();
  private readonly filesPanel = new FilesPanel(this.sharedFiles, (text) => this.announce(text));
  private readonly announcer = byId("announcer");
  private readonly stopButton = byId("stop");
  private readonly unshown: TaskRecord[] = [];
  private isLoadStale = false;
  private isComparing = false;

  start(): void {
    this.listenToEngine();
    byId("run").addEventListener("click", () => void this.run());
    byId("compare").addEventListener("click", () => void this.compare());
    this.stopButton.addEventListener("click", () => this.runner.stop());
    byId("new-session").addEventListener("click", () => void this.newSession());
    byId("clear").addEventListener("click", () => this.results.clear(this.tabs.current.id));
    listenToKeys({ run: () => void this.run(), stop: () => this.runner.stop() });
    this.menu.show(poolTab.id, firstExample);
    this.results.show(poolTab.id);
    this.notes.show(poolTab);
    this.prepare();
  }

  // ---- what the engine says ----

  private listenToEngine(): void {
    this.host.changed.on((state) => {
      this.status.showPool(state);
      this.notes.show(this.tabs.current);
    });
    this.book.added.on((record) => this.onTask(record));
    this.book.changed.on((record) => this.onChange(record));
  }

  private readonly onTrace: TraceHandler = (event) => {
    this.book.trace(event);
    this.trace.add(event);
    this.refreshLoad();
  };

  private readonly onConsole: ConsoleHandler = (level, args, { taskId }) => {
    if (taskId === "bootstrap") this.trace.addConsole(level, args);
    else this.book.printed(taskId, level, args);
  };

  private onTask(record: TaskRecord): void {
    this.model.add(record);
    this.unshown.push(record);
    setTimeout(() => this.showTasks(), SHOW_MS);
  }

  private onChange(record: TaskRecord): void {
    if (!isPending(record)) {
      this.showTasks();
      this.filesPanel.look();
    }
    this.results.update(record);
    if (this.unshown.length === 0) this.timeline.refresh();
    this.refreshLoad();
  }

  /** Shows what has not been shown yet. */
  private showTasks(): void {
    if (this.unshown.length === 0) return;
    for (const record of this.unshown) {
      const tab = this.tabs.byId(record.origin.tab);
      if (record.note === "" && tab !== undefined) {
        this.results.addTask(record, this.navigate, this.notes.noteFor(tab));
      }
    }
    this.unshown.length = 0;
    this.timeline.added();
    this.refreshLoad();
  }

  private refreshLoad(): void {
    if (this.isLoadStale) return;
    this.isLoadStale = true;
    setTimeout(() => {
      this.isLoadStale = false;
      this.status.showLoad(this.host.state);
      this.notes.show(this.tabs.current);
      const isBusy = this.isComparing || this.book.pendingTasks.length > 0;
      this.stopButton.setAttribute("aria-disabled", String(!isBusy));
    }, SHOW_MS);
  }

  // ---- what buttons do ----

  /** Makes the pool for the options as they are, unless something runs: then the next run does. */
  private prepare(): void {
    const config = this.readConfig();
    if (config === null || this.book.pendingTasks.length > 0) return;
    this.host.get(config).catch((error: unknown) => this.showFailure(this.tabs.current, error));
  }

  private async run(): Promise<void> {
    const tab = this.tabs.current;
    const config = this.readConfig();
    if (config === null) return;
    const job = { origin: this.originOf(tab), timeoutMs: config.timeoutMs };
    try {
      const started = tab.isSession
        ? await this.runner.runInSession(job, config)
        : await this.runner.runInPool(job, config);
      const record = await started.done;
      this.announce(describeEnd(record));
      if (performance.now() - record.submittedAt < REVEAL_MS) this.results.reveal(record);
    } catch (error) {
      this.showFailure(tab, error);
    }
  }

  private async compare(): Promise<void> {
    const tab = this.tabs.current;
    const config = this.readConfig();
    if (config === null || this.isComparing) return;
    this.isComparing = true;
    this.announce("Comparing…");
    try {
      const run = () => compare(this.runner, this.originOf(tab), config);
      const comparison = await this.model.group(run);
      const view = comparisonView(comparison, this.navigate);
      this.results.add(tab.id, view, tasksOf(comparison));
      this.announce(verdict(comparison));
    } catch (error) {
      this.showFailure(tab, error);
    } finally {
      this.isComparing = false;
      this.refreshLoad();
    }
  }

  private async newSession(): Promise<void> {
    const config = this.readConfig();
    if (config === null) return;
    const tab = this.tabs.addSession();
    this.tabs.select(tab);
    this.tabs.focus();
    try {
      await this.host.session(await this.host.get(config), tab.id);
    } catch (error) {
      this.showFailure(tab, error);
    }
  }

  // ---- tabs ----

  private showTab(tab: Tab): void {
    const first: Example = tab.isSession ? sessionExample : firstExample;
    this.editors.select(tab.id, first.code);
    this.menu.show(tab.id, first);
    this.results.show(tab.id);
    this.notes.show(tab);
  }

  private closeTab(tab: Tab): void {
    this.host.releaseSession(tab.id);
    this.results.drop(tab.id);
    this.editors.drop(tab.id);
    this.tabs.focus();
  }

  /** The way to a place in a source that is on the page. */
  private readonly navigate: Navigate = ({ filename, line, column }) => {
    if (filename === bootstrapFilename) return () => this.editors.goToBootstrap(line, column);
    const tab = this.tabs.byFilename(filename);
    if (tab === undefined) return undefined;
    return () => {
      this.tabs.select(tab);
      this.editors.goToCode(line, column);
    };
  };

  private showTask(task: TaskRecord): void {
    const tab = this.tabs.byId(task.origin.tab);
    if (tab === undefined) return;
    this.tabs.select(tab);
    this.results.focus(task);
  }

  // ---- small things ----

  /** null: an option is wrong, and the page says so. */
  private readConfig(): Config | null {
    const settings = this.options.read();
    return settings && { ...settings, bootstrapCode: this.editors.bootstrapText };
  }

  private originOf(tab: Tab): Origin {
    return { tab: tab.id, filename: tab.filename, code: this.editors.codeText };
  }

  private showFailure(tab: Tab, error: unknown): void {
    if (error instanceof StoppedError) return;
    this.results.add(tab.id, failureCard(error as Error, this.navigate));
    this.announce(String(error));
  }

  private announce(text: string): void {
    this.announcer.replaceChildren(el("p", {}, text));
  }
}
