// @ts-check
// Questions to the server besides the line: none waits for ever, and what went wrong has words.

const LIMIT_MS = 15000;

// The answer's JSON with its `status`. Fails with an Error for people: not reached, not in time,
// or answered by something else, such as the page of a login or of a proxy. `stop()` of what is
// returned hangs up, and the server stops working on it; its Error is marked `stopped`.
/**
 * @param {string} path
 * @param {RequestInit} [options]
 * @param {number} [limitMs]
 * @returns {Going}
 */
export function ask(path, options, limitMs) {
  const stop = new AbortController();
  let late = false, stopped = false;
  const timer = setTimeout(() => {
    late = true;
    stop.abort();
  }, limitMs || LIMIT_MS);
  const asked = Object.assign({ signal: stop.signal }, options);
  /** @type {Going} */
  const going = fetch(path, asked).then((answer) =>
    answer.text().then((text) => {
      let found;
      try {
        found = JSON.parse(text);
      } catch (_e) {
        throw new Error(words(answer));
      }
      found.status = answer.status;
      return found;
    }), () => {
    throw new Error(late ? "服务器太久没有回答。" : "连不上服务器。");
  }).then((found) => {
    clearTimeout(timer);
    return found;
  }, (error) => {
    clearTimeout(timer);
    const told = late && error.name === "AbortError" ? new Error("服务器太久没有回答。") : error;
    told.stopped = stopped;
    throw told;
  });
  going.stop = () => {
    stopped = true;
    stop.abort();
  };
  return going;
}

/** @param {Response} answer */
function words(answer) {
  if (answer.redirected || answer.status === 401) return "登录过期了：请在另一个标签页重新登录。";
  return "回答的不是本服务器（" + answer.status + "），可能是中间的代理。";
}

// The same with JSON to say.
/**
 * @param {string} path
 * @param {string} method
 * @param {object} content
 * @param {number} [limitMs]
 */
export function tell(path, method, content, limitMs) {
  const headers = { "Content-Type": "application/json" };
  return ask(path, {
    method: method,
    headers: headers,
    body: JSON.stringify(content),
  }, limitMs);
}
