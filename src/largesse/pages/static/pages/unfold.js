// Before Unfold starts: its theme is the one that the cookie names, and its pages get our behaviour.
(() => {
  const theme = /(?:^|; )theme=(light|dark)/.exec(document.cookie)?.[1];
  localStorage.setItem("adminTheme", JSON.stringify(theme ?? "auto"));
  import(new URL("pages.js", document.currentScript.src));
})();
