
// Starts the application as soon as its code is here. The page's own text stays when that fails.
__wbg_init({ module_or_path: "{{wasm}}" }).catch((error) => {
  console.error(error);
  document.documentElement.dataset.boot = "failed";
  document.getElementById("boot-failure")?.removeAttribute("hidden");
});
