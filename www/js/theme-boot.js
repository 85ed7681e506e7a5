// Before the first paint: the colour scheme that was chosen on an earlier visit.
// A classic script, because a module would come too late.
try {
  const theme = localStorage.getItem("fleetsynth.theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset["theme"] = theme;
} catch {
  // Storage is off: the system's scheme it is.
}
