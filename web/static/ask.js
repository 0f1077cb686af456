// Questions to the server besides the line: none waits for ever, and what went wrong has words.
(function () {
  "use strict";
  var LIMIT_MS = 15000;

  // The answer's JSON with its `status`. Fails with an Error for people: not reached, not in time,
  // or answered by something else, such as the page of a login or of a proxy. `stop()` of what is
  // returned hangs up, and the server stops working on it; its Error is marked `stopped`.
  window.HongchuanAsk = function (path, options, limitMs) {
    var stop = new AbortController(), late = false, stopped = false;
    var timer = setTimeout(function () {
      late = true;
      stop.abort();
    }, limitMs || LIMIT_MS);
    var asked = { signal: stop.signal };
    Object.keys(options || {}).forEach(function (name) {
      asked[name] = options[name];
    });
    var going = fetch(path, asked).then(function (answer) {
      return answer.text().then(function (text) {
        var found;
        try {
          found = JSON.parse(text);
        } catch (e) {
          throw new Error(words(answer));
        }
        found.status = answer.status;
        return found;
      });
    }, function () {
      throw new Error(late ? "服务器太久没有回答。" : "连不上服务器。");
    }).then(function (found) {
      clearTimeout(timer);
      return found;
    }, function (error) {
      clearTimeout(timer);
      var told = late && error.name === "AbortError" ? new Error("服务器太久没有回答。") : error;
      told.stopped = stopped;
      throw told;
    });
    going.stop = function () {
      stopped = true;
      stop.abort();
    };
    return going;
  };

  function words(answer) {
    if (answer.redirected || answer.status === 401) return "登录过期了：请在另一个标签页重新登录。";
    return "回答的不是本服务器（" + answer.status + "），可能是中间的代理。";
  }

  // The same with JSON to say.
  window.HongchuanTell = function (path, method, content, limitMs) {
    var headers = { "Content-Type": "application/json" };
    return window.HongchuanAsk(path, {
      method: method,
      headers: headers,
      body: JSON.stringify(content),
    }, limitMs);
  };
})();
