// What only the browser knows: its address and history, whether it is dark, the clipboard.
"use strict";
(() => {
  const QUIET = 800; // milliseconds: quicker moves, as of a slider, share one step of the history
  const wantsDark = window.matchMedia("(prefers-color-scheme: dark)");
  const stamp = () => ({ search: window.location.search, at: performance.now() });
  let theme = "auto";
  let moved = -Infinity; // no move yet: the first one names what is shown already

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
          const step = Number.isFinite(moved) && now - moved > QUIET ? "pushState" : "replaceState";
          window.history[step]({}, "", window.location.pathname + query);
          moved = now;
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
