export function sentence(text) {
  const ended = /[.!?`]$/.test(text) ? text : `${text}.`;
  return ended[0].toUpperCase() + ended.slice(1);
}
