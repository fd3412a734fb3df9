// The package as a user gets it: prebuilt, packed, installed into an empty project on a machine without a compiler.
// Needs the network for the dependencies and a minute for the build, so it runs only with OPENDISM_PACKAGE_TEST=1.
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runProgram } from '../support/run-command.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const packed = ['cmdlets', 'lib', 'native', 'scripts', 'CMakeLists.txt', 'CHANGELOG.md', 'LICENSE', 'README.md'];
const settings = ['package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.build.json', '.npmrc'];

describe.skipIf(process.env.OPENDISM_PACKAGE_TEST !== '1')('the package', () => {
  const scratch = mkdtempSync(join(tmpdir(), 'opendism-package-'));
  const source = join(scratch, 'source');
  const project = join(scratch, 'project');
  const bin = join(scratch, 'bin');
  let tarball = '';

  // A machine without a compiler: PATH holds node, npm and a shell, nothing else.
  const env = { PATH: bin, npm_config_update_notifier: 'false', CXX: undefined, CC: undefined };
  const succeed = async (program: string, args: string[], options: Parameters<typeof runProgram>[2]) => {
    const result = await runProgram(program, args, { timeout: 600_000, ...options });
    expect(result.code, `${program} ${args.join(' ')}\n${result.stdout}${result.stderr}`).toBe(0);
    return result.stdout;
  };

  beforeAll(async () => {
    mkdirSync(source);
    // A copy, because prebuildify wipes build/, which other tests are using.
    for (const name of [...packed, ...settings]) {
      if (existsSync(join(root, name))) cpSync(join(root, name), join(source, name), { recursive: true });
    }
    symlinkSync(join(root, 'node_modules'), join(source, 'node_modules'));
    await succeed('npm', ['run', 'prebuild'], { cwd: source });
    const output = await succeed('npm', ['pack', '--pack-destination', scratch], { cwd: source });
    tarball = join(scratch, output.trim().split('\n').at(-1) ?? '');

    mkdirSync(bin);
    for (const name of ['node', 'npm', 'sh', 'env']) {
      const found = (process.env.PATH ?? '').split(':').find((folder) => existsSync(join(folder, name)));
      symlinkSync(join(found ?? '/usr/bin', name), join(bin, name));
    }
    mkdirSync(project);
    writeFileSync(join(project, 'package.json'), JSON.stringify({ name: 'empty', private: true, type: 'module' }));
    await succeed('npm', ['install', '--no-audit', '--no-fund', tarball], { cwd: project, env });
  }, 900_000);

  afterAll(() => rmSync(scratch, { recursive: true, force: true }));

  it('holds the engine, the compiled library and nothing of the tests', () => {
    const installed = join(project, 'node_modules/opendism');
    const prebuilds = readdirSync(join(installed, 'prebuilds', `${process.platform}-${process.arch}`));
    expect(prebuilds.filter((name) => name.endsWith('.node'))).toHaveLength(1);
    expect(existsSync(join(installed, 'dist/cmdlets/library.d.ts'))).toBe(true);
    expect(existsSync(join(installed, 'build'))).toBe(false);
    expect(existsSync(join(installed, 'test'))).toBe(false);
  });

  it('gives the command opendism, which captures and lists a tree', async () => {
    const tree = join(project, 'tree');
    mkdirSync(tree);
    writeFileSync(join(tree, 'hello.txt'), 'hello\n'.repeat(1000));
    const opendism = join(project, 'node_modules/.bin/opendism');
    const options = { cwd: project, env };
    await succeed(opendism, ['-Command', 'New-WindowsImage -CapturePath tree -ImagePath a.wim -Name Small'], options);
    const listed = await succeed(
      opendism,
      [
        '-Command',
        'Get-WindowsImageContent -ImagePath a.wim -Index 1 | Select-Object FullName, Length | ConvertTo-Json',
      ],
      options,
    );
    const entries = [JSON.parse(listed)].flat();
    expect(entries).toContainEqual(expect.objectContaining({ FullName: '\\hello.txt', Length: 6000 }));
  });

  it('gives the commands dism and pkgmgr', async () => {
    const options = { cwd: project, env };
    const bin = (name: string): string => join(project, 'node_modules/.bin', name);
    expect(await succeed(bin('dism'), ['/Get-ImageInfo', '/ImageFile:a.wim'], options)).toContain('\nName : Small\n');
    expect(await succeed(bin('pkgmgr'), ['/?'], options)).toContain('/iu:');
  });

  it('is a library', async () => {
    writeFileSync(
      join(project, 'use.mjs'),
      `import { getWindowsImage } from 'opendism';
       for await (const image of getWindowsImage({ ImagePath: 'a.wim' })) console.log(image.ImageIndex, image.ImageName);`,
    );
    expect(await succeed(process.execPath, ['use.mjs'], { cwd: project, env })).toBe('1 Small\n');
  });

  it('says what to install where no engine fits and there is no compiler', async () => {
    const installed = join(project, 'node_modules/opendism');
    rmSync(join(installed, 'prebuilds'), { recursive: true });
    const result = await runProgram(process.execPath, ['scripts/install.mjs'], { cwd: installed, env });
    expect(result.code).toBe(1);
    expect(result.stderr).toContain('Install g++');
  });
});
