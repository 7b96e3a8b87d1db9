import { hello } from '../src/live/hello.js';
export default function Page() { return <p>{hello}</p>; }
