// Microsoft Edge as part of an image.
import { type DismCommand, path } from '../command.ts';

const options = [path('SupportPath', 'The folder with Edge.wim.', undefined, { required: true })];

export const edgeCommands: readonly DismCommand[] = [
  { name: 'Add-Edge', help: 'Adds Microsoft Edge and WebView.', scope: 'imageOrOnline', options },
  { name: 'Add-EdgeBrowser', help: 'Adds Microsoft Edge.', scope: 'imageOrOnline', options },
  { name: 'Add-EdgeWebView', help: 'Adds Microsoft Edge WebView.', scope: 'imageOrOnline', options },
];
