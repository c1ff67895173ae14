// Links to be passed on. A page that loads this has parts/copy_link.html among its layers.
//
//   data-copies="url"   copies that address and says so, with data-title; where the browser doesn't let it,
//                       the dialog #link shows the address, chosen and ready to be copied

function told(button) {
  const { title, copies } = button.dataset;
  document.dispatchEvent(new CustomEvent("toast", {
    detail: { text: `Link of ${title} copied.`, link: { href: copies, text: "Open it" } },
  }));
}

function show(address) {
  const dialog = document.getElementById("link");
  const field = dialog.querySelector("[data-link-text]");
  field.value = address;
  dialog.showModal();
  field.focus();
  field.select();
}

async function copy(button) {
  try {
    await navigator.clipboard.writeText(button.dataset.copies);
    told(button);
  } catch {
    // No clipboard on a page that came without encryption, or none allowed.
    show(button.dataset.copies);
  }
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-copies]");
  if (button) copy(button);
});
