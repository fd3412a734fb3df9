// The results as a Markdown table.
const seconds = (value) => value.toFixed(value < 10 ? 2 : 1);
const spread = ({ median, min, max }) => `**${median.toFixed(2)}** (${min.toFixed(2)}..${max.toFixed(2)})`;
const both = (row, key, show) => `${show(row.ours[key])} / ${show(row.theirs[key])}`;

export function markdownTable(rows) {
  const lines = [
    '| work | wall, ours / theirs | CPU, ours / theirs | wall s | CPU s | peak MB | size |',
    '| --- | --- | --- | --- | --- | --- | --- |',
  ];
  for (const row of rows) {
    if (row.note) {
      lines.push(`| ${row.title} | ${row.note} | | | | | |`);
      continue;
    }
    const size =
      row.sizeRatio === undefined ? '' : `${row.sizeRatio.toFixed(4)} (${row.ours.size} / ${row.theirs.size})`;
    const cells = [
      row.title,
      spread(row.wallRatio),
      spread(row.cpuRatio),
      both(row, 'wall', seconds),
      both(row, 'cpu', seconds),
      both(row, 'peakMB', (value) => value.toFixed(0)),
      size,
    ];
    lines.push(`| ${cells.join(' | ')} |`);
  }
  return lines.join('\n');
}
