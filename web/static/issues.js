// @ts-check
// What is found in a script, as rows to press: each leads to its line.

/**
 * @param {Element} into
 * @param {Issue[]} issues
 * @param {(line: number) => void} go
 */
export function list(into, issues, go) {
  into.textContent = "";
  issues.forEach((issue) => {
    const row = document.createElement("button");
    row.type = "button";
    row.className = "issue";
    row.innerHTML = "<b></b> <span></span> <small></small>";
    row.children[0].textContent = "第 " + issue.line + " 行 " + issue.code;
    row.children[1].textContent = (issue.advice ? "提醒：" : "") + issue.message;
    row.children[2].textContent = issue.remedy;
    row.addEventListener("click", () => {
      go(issue.line);
    });
    into.appendChild(row);
    if (issue.play) {
      const shown = document.createElement("p");
      shown.className = "shown-play";
      shown.textContent = "走法：" + (issue.play.join("　") || "（一开始就是）");
      into.appendChild(shown);
    }
  });
}
