import './styles/tokens.css';
import './styles/base.css';
import './styles/shell.css';
import './styles/events.css';
import './styles/dashboard.css';
import './styles/print.css';
import { render } from 'preact';
import { App } from './app';
import { fitOnPaper } from './charts/printing';
import { dismissByEscape } from './parts/figures';
import { followLinks } from './places/places';
import { openSession } from './session/session';

openSession();
followLinks();
fitOnPaper();
dismissByEscape();
render(<App />, document.getElementById('page')!);
