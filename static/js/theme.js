// Runs before the first paint, so that a chosen theme never flashes the other one.
{
  const saved = localStorage.getItem("theme");
  if (saved) document.documentElement.dataset.theme = saved;
}
