// Ratio against compression speed as an SVG chart: a line for each program and format, speed on a logarithmic axis.
const width = 820;
const height = 460;
const left = 70;
const right = 150;
const top = 70;
const bottom = 50;
const colours = { xpress: '#1b6ca8', lzx: '#2a8c4a', lzms: '#b5531c', ink: '#1f2933', faint: '#d9e1e8' };
const number = (value) => Number(value.toFixed(1));
const escapeXml = (text) => String(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

export function codecChart(rows, { title, subtitle }) {
  const speeds = rows.map((row) => Math.log10(row.encode));
  const ratios = rows.map((row) => row.ratio);
  const [minX, maxX] = [Math.min(...speeds) - 0.1, Math.max(...speeds) + 0.1];
  const [minY, maxY] = [Math.min(...ratios) - 0.01, Math.max(...ratios) + 0.01];
  const x = (speed) => number(left + ((Math.log10(speed) - minX) / (maxX - minX)) * (width - left - right));
  const y = (ratio) => number(top + ((maxY - ratio) / (maxY - minY)) * (height - top - bottom));
  const out = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" ` +
      `font-family="system-ui, -apple-system, 'Segoe UI', sans-serif" font-size="12" fill="${colours.ink}" role="img">`,
    `<title>${escapeXml(title)}</title>`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
  ];
  const text = (tx, ty, content, style = '') =>
    out.push(`<text x="${tx}" y="${ty}" ${style}>${escapeXml(content)}</text>`);
  text(16, 28, title, 'font-size="17" font-weight="600"');
  text(16, 48, subtitle, 'fill-opacity=".7"');
  for (const speed of [1, 2, 5, 10, 20, 50, 100, 200]) {
    if (Math.log10(speed) < minX || Math.log10(speed) > maxX) continue;
    out.push(`<path d="M${x(speed)} ${top}V${height - bottom}" stroke="${colours.faint}"/>`);
    text(x(speed), height - bottom + 16, speed, 'text-anchor="middle" fill-opacity=".7"');
  }
  for (let ratio = Math.ceil(minY * 50) / 50; ratio < maxY; ratio += 0.02) {
    out.push(`<path d="M${left} ${y(ratio)}H${width - right}" stroke="${colours.faint}"/>`);
    text(left - 8, y(ratio) + 4, ratio.toFixed(2), 'text-anchor="end" fill-opacity=".7"');
  }
  text(
    (left + width - right) / 2,
    height - 12,
    'compression, MB/s of CPU time (further right is faster)',
    'text-anchor="middle"',
  );
  text(16, top - 8, 'compressed size / size (lower is smaller)');
  let legend = top + 10;
  for (const format of new Set(rows.map((row) => row.format))) {
    for (const who of ['ours', 'peer']) {
      const points = rows.filter((row) => row.format === format && row.who === who);
      const dash = who === 'peer' ? ' stroke-dasharray="5 4"' : '';
      const path = points.map((row, i) => `${i === 0 ? 'M' : 'L'}${x(row.encode)} ${y(row.ratio)}`).join('');
      out.push(`<path d="${path}" fill="none" stroke="${colours[format]}" stroke-width="2"${dash}/>`);
      for (const row of points) {
        const fill = who === 'ours' ? colours[format] : '#ffffff';
        out.push(
          `<circle cx="${x(row.encode)}" cy="${y(row.ratio)}" r="4" fill="${fill}" stroke="${colours[format]}" stroke-width="2"/>`,
        );
      }
      const name = `${format.toUpperCase()}, ${who === 'ours' ? 'OpenDISM' : 'wimlib'}`;
      out.push(
        `<path d="M${width - right + 12} ${legend - 4}h20" stroke="${colours[format]}" stroke-width="2"${dash}/>`,
      );
      text(width - right + 38, legend, name, 'font-size="11"');
      legend += 18;
    }
  }
  out.push('</svg>');
  return `${out.join('\n')}\n`;
}
