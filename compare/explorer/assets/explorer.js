// What only the browser knows: its address and history, whether it is dark, the clipboard.
"use strict";
(() => {
  const QUIET = 800; // milliseconds: quicker moves, as of a slider, share one step of the history; a click has its own
  const SHAKE = 6; // pixels that a pointer may move in a click
  const wantsDark = window.matchMedia("(prefers-color-scheme: dark)");
  const stamp = () => ({ search: window.location.search, at: performance.now() });
  let theme = "auto";
  let moved = -Infinity; // no move yet: the first one names what is shown already
  let clicked = false; // since the last move

  const resolved = () => (theme === "auto" ? (wantsDark.matches ? "dark" : "light") : theme);
  const paint = () => {
    document.documentElement.dataset.theme = resolved();
    return resolved();
  };
  const sayPlace = (query) => {
    const given = new URLSearchParams(query);
    for (const key of ["p", "r"]) {
      document.getElementById(`${key}-slide`)?.setAttribute("aria-valuetext", `${key} = ${given.get(key)}`);
    }
  };

  // the first view gives way to the page once its map is drawn, or to whatever there is if that never comes
  const reveal = () => {
    document.getElementById("first")?.remove();
    document.body.classList.add("drawn");
  };
  const watch = () => {
    const seen = new MutationObserver(() => {
      if (!document.querySelector("#picture .plot-container .xtick, #picture .plot-container .annotation")) return;
      seen.disconnect();
      requestAnimationFrame(reveal);
    });
    seen.observe(document.body, { childList: true, subtree: true });
    setTimeout(reveal, 15000);
  };
  document.readyState === "loading" ? document.addEventListener("DOMContentLoaded", watch) : watch();

  // A click opens the cell below it. Plotly tells of clicks what it told of the last hover, up to 50 ms before, and of
  // a click on the same cell only once.
  let pressed = null;
  const ground = (event) => (event.isPrimary && event.button === 0 ? event.target.closest?.("#picture .nsewdrag") : null);
  document.addEventListener("pointerdown", (event) => (pressed = ground(event) ? event : null), true);
  document.addEventListener("pointercancel", () => (pressed = null), true);
  document.addEventListener(
    "pointerup",
    (event) => {
      const from = pressed;
      pressed = null;
      if (!from || Math.hypot(event.clientX - from.clientX, event.clientY - from.clientY) > SHAKE) return;
      const box = from.target.closest(".nsewdrag").getBoundingClientRect();
      const axes = from.target.closest(".js-plotly-plot").layout;
      const along = (axis, share) => 10 ** (axis.range[0] + share * (axis.range[1] - axis.range[0]));
      if (axes.xaxis?.type !== "log") return; // a sentence in place of a map
      const r = along(axes.xaxis, (from.clientX - box.left) / box.width);
      const p = along(axes.yaxis, 1 - (from.clientY - box.top) / box.height);
      clicked = true;
      window.dash_clientside.set_props("clicked", { data: { p, r, at: performance.now() } });
    },
    true,
  );

  window.addEventListener("popstate", () => window.dash_clientside.set_props("arrived", { data: stamp() }));
  wantsDark.addEventListener("change", () => window.dash_clientside.set_props("dark", { data: paint() }));

  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    explorer: {
      // the page comes with what its link shows, if the browser said which link that is
      arrived: (_, query) =>
        window.location.search === query || window.location.search === "" ? window.dash_clientside.no_update : stamp(),
      dark: (value, shown) => {
        theme = value || "auto";
        return paint() === shown ? window.dash_clientside.no_update : resolved();
      },
      address: (query) => {
        if (!query) return window.dash_clientside.no_update;
        sayPlace(query);
        if (query !== window.location.search) {
          const now = performance.now();
          const step = Number.isFinite(moved) && (clicked || now - moved > QUIET) ? "pushState" : "replaceState";
          window.history[step]({}, "", window.location.pathname + query);
          moved = now;
          clicked = false;
        } else if (!Number.isFinite(moved)) {
          moved = 0;
        }
        return query;
      },
      copy: async (clicks) => {
        if (!clicks) return "";
        try {
          await navigator.clipboard.writeText(window.location.href);
          return "The link is on the clipboard.";
        } catch {
          return window.location.href;
        }
      },
    },
  });
})();
