// SPDX-License-Identifier: MIT
// An editor for JavaScript: CodeMirror with what is needed here and no more. It lives in a shadow
// root, where its styles are adopted sheets: so the page's policy need not allow inline styles.
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { javascriptLanguage } from "@codemirror/lang-javascript";
import {
  bracketMatching,
  HighlightStyle,
  indentOnInput,
  syntaxHighlighting,
} from "@codemirror/language";
import { EditorState, StateEffect, StateField, type Extension } from "@codemirror/state";
import {
  Decoration,
  EditorView,
  highlightActiveLine,
  keymap,
  lineNumbers,
  placeholder,
  type DecorationSet,
} from "@codemirror/view";
import { tags } from "@lezer/highlight";

export interface EditorOptions {
  readonly label: string;
  readonly hint: string;
  readonly text: string;
  readonly onChange?: () => void;
}

/** What one tab has of an editor: text, selection, history. */
export type EditorContent = EditorState;

/** Colours are the page's variables, which know of light and dark. */
const highlighting = HighlightStyle.define([
  { tag: [tags.keyword, tags.modifier, tags.operatorKeyword], color: "var(--code-keyword)" },
  { tag: [tags.string, tags.special(tags.string), tags.regexp], color: "var(--code-string)" },
  { tag: [tags.number, tags.bool, tags.null], color: "var(--code-number)" },
  { tag: [tags.comment], color: "var(--code-comment)" },
  { tag: [tags.propertyName], color: "var(--code-property)" },
  {
    tag: [tags.function(tags.variableName), tags.function(tags.propertyName)],
    color: "var(--code-function)",
  },
  { tag: [tags.invalid], textDecoration: "underline wavy var(--bad)" },
]);

const theme = EditorView.theme({
  "&": {
    flex: "1",
    minWidth: "0",
    height: "100%",
    color: "var(--text)",
    backgroundColor: "var(--field)",
  },
  "&.cm-focused": { outline: "2px solid var(--focus)", outlineOffset: "-2px" },
  ".cm-scroller": { fontFamily: "var(--mono)", fontSize: "0.875rem", lineHeight: "1.5" },
  ".cm-content": { padding: "0.5rem 0", caretColor: "var(--text)" },
  ".cm-gutters": { backgroundColor: "transparent", color: "var(--muted)", border: "none" },
  ".cm-activeLine": { backgroundColor: "var(--line)" },
  ".cm-placeholder": { color: "var(--muted)" },
  ".cm-marked": { backgroundColor: "var(--bad-soft)", boxShadow: "inset 3px 0 var(--bad)" },
  "&.cm-focused .cm-matchingBracket": { backgroundColor: "var(--match)", color: "inherit" },
});

/** The position of the line to mark; null: none. */
const setMark = StateEffect.define<number | null>();
const markedLine = Decoration.line({ class: "cm-marked" });

const mark = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(marks, transaction) {
    let next = transaction.docChanged ? Decoration.none : marks;
    for (const effect of transaction.effects) {
      if (!effect.is(setMark)) continue;
      next =
        effect.value === null ? Decoration.none : Decoration.set(markedLine.range(effect.value));
    }
    return next;
  },
  provide: (field) => EditorView.decorations.from(field),
});

export class Editor {
  private readonly view: EditorView;
  private readonly extensions: Extension;

  constructor(parent: HTMLElement, options: EditorOptions) {
    this.extensions = [
      lineNumbers(),
      highlightActiveLine(),
      history(),
      indentOnInput(),
      bracketMatching(),
      javascriptLanguage,
      syntaxHighlighting(highlighting),
      EditorState.tabSize.of(2),
      EditorView.lineWrapping,
      // Escape, then Tab, leaves the editor: CodeMirror's own way
      keymap.of([...defaultKeymap, ...historyKeymap, indentWithTab]),
      placeholder(options.hint),
      EditorView.contentAttributes.of({ "aria-label": options.label, spellcheck: "false" }),
      EditorView.updateListener.of((update) => {
        if (update.docChanged) options.onChange?.();
      }),
      mark,
      theme,
    ];
    const root = parent.attachShadow({ mode: "open" });
    this.view = new EditorView({ root, parent: root as unknown as HTMLElement });
    this.content = this.newContent(options.text);
  }

  newContent(text: string): EditorContent {
    return EditorState.create({ doc: text, extensions: this.extensions });
  }

  get content(): EditorContent {
    return this.view.state;
  }

  set content(content: EditorContent) {
    this.view.setState(content);
  }

  get text(): string {
    return this.view.state.doc.toString();
  }

  /** Undo brings back what was there. */
  set text(text: string) {
    const { length } = this.view.state.doc;
    this.view.dispatch({
      changes: { from: 0, to: length, insert: text },
      selection: { anchor: 0 },
      effects: EditorView.scrollIntoView(0, { y: "start" }),
    });
  }

  /** Puts the cursor there, marks the line, and moves it into view. Both count from 1. */
  goTo(line: number, column: number): void {
    const { doc } = this.view.state;
    const there = doc.line(Math.min(Math.max(1, line), doc.lines));
    const anchor = Math.min(there.from + Math.max(1, column) - 1, there.to);
    this.view.dispatch({
      selection: { anchor },
      effects: [setMark.of(there.from), EditorView.scrollIntoView(anchor, { y: "center" })],
    });
    this.view.focus();
  }
}
