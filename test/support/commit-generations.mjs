// Turns a directory from one generation into the next, again and again, until it is killed. Arguments: the built
// directory-root module, the tree, the generation that it is in.
const [modulePath, tree, first] = process.argv.slice(2);
const { DirectoryRoot } = await import(modulePath);

const root = await DirectoryRoot.open(tree);
const bytes = (text) => ({ bytes: Buffer.from(text) });
process.stdout.write('ready\n');
for (let now = Number(first); ; now++) {
  const next = now + 1;
  for (let i = 0; i < 8; i++) await root.write(`\\files\\${i}.txt`, bytes(`generation ${next}`));
  await root.rename(`\\moved-${now}`, `\\moved-${next}`);
  await root.write(`\\moved-${next}\\inside.txt`, bytes(`generation ${next}`));
  await root.rename(`\\swap\\a-${now}`, '\\swap\\other');
  await root.rename('\\swap\\other', `\\swap\\a-${next}`);
  await root.remove(`\\only-${now}`, { recursive: true });
  await root.createDirectory(`\\only-${next}\\deep\\deeper`, { parents: true });
  await root.write(`\\only-${next}\\deep\\deeper\\file.txt`, bytes(`generation ${next}`));
  await root.write('\\linked-1', bytes(`generation ${next}`));
  await root.remove('\\linked-2');
  await root.link('\\linked-2', '\\linked-1');
  await root.commit();
}
