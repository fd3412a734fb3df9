// Medians and ratios over interleaved pairs. A ratio is taken within each pair, so that a machine that gets slower during
// the run slows both sides of it.

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

function ratio(pairs, value) {
  const ratios = pairs.map(({ ours, theirs }) => value(ours) / value(theirs));
  return { median: median(ratios), min: Math.min(...ratios), max: Math.max(...ratios) };
}

const side = (pairs, name) => ({
  wall: median(pairs.map((pair) => pair[name].wall)),
  cpu: median(pairs.map((pair) => pair[name].cpu)),
  peakMB: median(pairs.map((pair) => pair[name].peakMB)),
  ...(pairs[0][name].size === undefined ? {} : { size: pairs[0][name].size }),
});

/** Pairs of `{ ours, theirs }`, each `{ wall, cpu, peakMB, size? }`, in one summary; ratios are ours / theirs. */
export function summarise(pairs) {
  const ours = side(pairs, 'ours');
  const theirs = side(pairs, 'theirs');
  return {
    ours,
    theirs,
    wallRatio: ratio(pairs, (sample) => sample.wall),
    cpuRatio: ratio(pairs, (sample) => sample.cpu),
    peakRatio: ours.peakMB / theirs.peakMB,
    ...(ours.size === undefined ? {} : { sizeRatio: ours.size / theirs.size }),
  };
}
