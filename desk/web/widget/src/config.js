// How this page embeds the widget. The API lives where the script came from, whoever's page it is on.
const SCRIPT = document.currentScript || document.querySelector('script[src*="/widget/v1.js"]');
const BASE = new URL(SCRIPT.src, location.href).origin;
const OPTIONS = SCRIPT.dataset;
const MOBILE = matchMedia("(max-width: 520px), (max-height: 480px)");
const SECOND = 1000;
const HIDDEN_OPEN = 5 * 60 * SECOND; // a hidden tab keeps its stream this long with the chat open,
const HIDDEN_CLOSED = 15 * SECOND; // and this long with it closed: browsers share 6 connections per host over all tabs
const FIRST_BYTE = 8 * SECOND; // the desk writes at once on a new stream; silence means that a proxy holds it back
const SILENCE = 40 * SECOND; // the desk pings every 15 s
const PAGE = 30; // entries of history per request
