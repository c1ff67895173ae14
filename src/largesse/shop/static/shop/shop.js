// Without this, links lead to pages that do the same.
//   data-asks="id"   asks in that <dialog> instead of leaving the page

document.addEventListener("click", (event) => {
  const asks = event.target.closest("[data-asks]");
  if (asks) {
    event.preventDefault();
    document.getElementById(asks.dataset.asks).showModal();
  }
});
