// `npm start`: makes the clone ready, then runs the demonstration; with arguments, runs them as one pipeline:
//   npm start -- "Get-WindowsImage -ImagePath a.wim | Select-Object ImageIndex, ImageName"
import { spawn } from 'node:child_process';
import { bootstrap, command } from './bootstrap.mjs';
import { demonstrate } from './demonstration.mjs';
import { main } from './step.mjs';

await main(async () => {
  await bootstrap();
  const pipeline = process.argv.slice(2).join(' ');
  if (pipeline === '') return demonstrate();
  // npm changes to the folder of package.json; paths in the pipeline mean the folder the user stands in.
  const cwd = process.env.INIT_CWD ?? process.cwd();
  const child = spawn(process.execPath, [command, '-Command', pipeline], { cwd, stdio: 'inherit' });
  process.on('SIGINT', () => {}); // Ctrl+C reaches the child too; its status is ours.
  return new Promise((resolve) =>
    child.on('close', (code, signal) => resolve(code ?? (signal === 'SIGINT' ? 130 : 1))),
  );
});
