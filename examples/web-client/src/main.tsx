import { render } from 'solid-js/web';
import { App } from './app/app.tsx';
import './styles/tokens.css';
import './styles/base.css';

// A part that cannot be loaded is usually of an older build than the homeserver now serves.
addEventListener('vite:preloadError', () => location.reload());

render(() => <App />, document.getElementById('app')!);
