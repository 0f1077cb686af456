// The editor of /studio: CodeMirror 6 with YAML, issues in the margin, and Chinese phrases.
import { basicSetup } from "codemirror";
import { EditorView, keymap } from "@codemirror/view";
import { EditorState } from "@codemirror/state";
import { indentWithTab } from "@codemirror/commands";
import { yaml } from "@codemirror/lang-yaml";
import { setDiagnostics, lintGutter } from "@codemirror/lint";

const phrases = EditorState.phrases.of({
  "Find": "查找", "Replace": "替换为", "next": "下一个", "previous": "上一个", "all": "全选",
  "match case": "区分大小写", "by word": "整词", "regexp": "正则", "replace": "替换",
  "replace all": "全部替换", "close": "关闭", "Diagnostics": "问题", "No diagnostics": "没有问题",
  "Fold line": "折叠", "Unfold line": "展开", "folded code": "已折叠", "unfold": "展开",
  "Go to line": "跳到行", "go": "跳转", "current match": "当前匹配", "on line": "在行",
});

window.HongchuanEditor = function (parent, text, changed) {
  const view = new EditorView({
    doc: text,
    parent,
    extensions: [
      basicSetup, yaml(), lintGutter(), phrases, keymap.of([indentWithTab]), EditorView.lineWrapping,
      EditorView.contentAttributes.of({ "aria-label": "剧本 YAML" }),
      EditorView.updateListener.of((update) => { if (update.docChanged) changed(); }),
    ],
  });
  return {
    text: () => view.state.doc.toString(),
    replace: (now) => view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: now } }),
    issues: (found) => {
      const doc = view.state.doc;
      view.dispatch(setDiagnostics(view.state, found.map((one) => {
        const line = doc.line(Math.min(Math.max(one.line, 1), doc.lines));
        const from = Math.min(line.from + Math.max(one.column - 1, 0), line.to);
        return { from, to: Math.max(line.to, from), severity: "error", source: one.code, message: one.message + " " + one.remedy };
      })));
    },
    go: (number) => {
      const line = view.state.doc.line(Math.min(Math.max(number, 1), view.state.doc.lines));
      view.dispatch({ selection: { anchor: line.from }, effects: EditorView.scrollIntoView(line.from, { y: "center" }) });
      view.focus();
    },
  };
};
