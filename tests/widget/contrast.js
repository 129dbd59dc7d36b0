// Texts of the panel below 4.5 : 1 on what is behind them. Colours are painted on a canvas, since color-mix() does not
// compute to rgb().
panel => {
  const pixel = Object.assign(document.createElement('canvas'), {width: 1, height: 1});
  const canvas = pixel.getContext('2d', {willReadFrequently: true});
  const paint = (colours) => {
    canvas.clearRect(0, 0, 1, 1);
    for (const colour of colours) { canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1) }
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const light = ([r, g, b]) => [r, g, b].map(v => v / 255).map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, at) => sum + v * [0.2126, 0.7152, 0.0722][at], 0);
  const poor = [];
  for (const node of panel.querySelectorAll('*')) {
    const text = [...node.childNodes].some(child => child.nodeType === 3 && child.textContent.trim());
    if (!text || !node.getClientRects().length || node.disabled || node.closest('.sr')) continue;
    const behind = [];
    for (let at = node; at && at.nodeType === 1; at = at.parentNode) behind.unshift(getComputedStyle(at).backgroundColor);
    const ground = paint(behind), ink = paint([...behind, getComputedStyle(node).color]);
    const [a, b] = [light(ground), light(ink)].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < 4.5) poor.push([node.className, node.textContent.slice(0, 12), ratio.toFixed(2)]);
  }
  return poor;
}
