document.addEventListener("htmx:afterSettle", (event) => {
  // As when a row is added to a form: what searches while one types begins to. Not before its class is
  // settled, which says that the plain control is hidden.
  const target = event.detail.target;
  if (target.querySelector?.(".admin-autocomplete")) {
    target.dispatchEvent(new CustomEvent("formset:added", { bubbles: true }));
  }
});
