// The results as an SVG chart: for each piece of work a bar for the wall time and one for the CPU time, as a share of the
// peer's, with the spread of the pairs as a whisker and a line at 1.
const width = 820;
const left = 250;
const right = 70;
const rowHeight = 38;
const colours = { wall: '#1b6ca8', cpu: '#a9cbe3', ink: '#1f2933', faint: '#d9e1e8', one: '#c0392b' };

const escapeXml = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
// The white edge keeps a label readable where it lies on a line.
const labelStyle = 'font-size="12" font-weight="600" paint-order="stroke" stroke="#ffffff" stroke-width="4"';
const number = (value) => Number(value.toFixed(1));

export function svgChart(allRows, { title, subtitle }) {
  const rows = allRows.filter((row) => !row.note);
  const largest = Math.max(1, ...rows.flatMap((row) => [row.wallRatio.max, row.cpuRatio.max]));
  const limit = Math.min(Math.ceil((largest + 0.05) * 4) / 4, 3); // A row beyond three times is cut off; its label is not.
  const x = (ratio) => number(left + (Math.min(ratio, limit) / limit) * (width - left - right));
  const top = 84;
  const height = top + rows.length * rowHeight + 46;
  const out = [];
  const text = (tx, ty, content, style = '') =>
    out.push(`<text x="${tx}" y="${ty}" ${style}>${escapeXml(content)}</text>`);
  const bar = (ratio, y, thickness, colour) => {
    out.push(
      `<rect x="${left}" y="${y}" width="${number(x(ratio.median) - left)}" height="${thickness}" rx="2" fill="${colour}"/>`,
    );
    const middle = y + thickness / 2;
    out.push(
      `<path d="M${x(ratio.min)} ${middle}H${x(ratio.max)}" stroke="${colours.ink}" stroke-width="1" stroke-opacity=".55"/>`,
    );
  };

  out.push(
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" ` +
      `font-family="system-ui, -apple-system, 'Segoe UI', sans-serif" font-size="13" fill="${colours.ink}" role="img">`,
    `<title>${escapeXml(title)}</title>`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
  );
  text(16, 28, title, 'font-size="17" font-weight="600"');
  text(16, 48, subtitle, 'font-size="12" fill-opacity=".7"');
  out.push(`<rect x="${left}" y="60" width="12" height="10" rx="2" fill="${colours.wall}"/>`);
  text(left + 18, 69, 'wall time', 'font-size="12"');
  out.push(`<rect x="${left + 92}" y="60" width="12" height="10" rx="2" fill="${colours.cpu}"/>`);
  text(left + 110, 69, 'CPU time', 'font-size="12"');

  const bottom = top + rows.length * rowHeight;
  for (let tick = 0; tick <= limit + 1e-9; tick += 0.25) {
    const colour = tick === 1 ? colours.one : colours.faint;
    out.push(`<path d="M${x(tick)} ${top - 4}V${bottom}" stroke="${colour}" stroke-width="${tick === 1 ? 1.5 : 1}"/>`);
    text(x(tick), bottom + 16, String(tick), 'font-size="11" text-anchor="middle" fill-opacity=".7"');
  }
  rows.forEach((row, index) => {
    const y = top + index * rowHeight + 6;
    text(left - 10, y + 16, row.title, 'text-anchor="end"');
    bar(row.wallRatio, y, 14, colours.wall);
    bar(row.cpuRatio, y + 16, 8, colours.cpu);
    const end = Math.max(x(row.wallRatio.max), x(row.wallRatio.median));
    text(end + 6, y + 12, row.wallRatio.median.toFixed(2), labelStyle);
  });
  text(
    left,
    bottom + 36,
    'Share of the peer’s time: below 1 is faster. Whiskers: lowest and highest pair.',
    'font-size="11" fill-opacity=".7"',
  );
  out.push('</svg>');
  return `${out.join('\n')}\n`;
}
