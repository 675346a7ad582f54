// Runs before the first paint, so that a chosen theme never flashes the other one and nothing appears late.
{
  document.documentElement.dataset.scripted = "";
  const saved = localStorage.getItem("theme");
  if (saved) document.documentElement.dataset.theme = saved;
}
