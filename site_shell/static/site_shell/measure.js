// Whether this visitor measures is decided here, so that everybody gets the same page; who asks not
// to be tracked never does.
const rum = document.querySelector('meta[name="rum"]');
const wantsNone = navigator.doNotTrack === "1" || navigator.globalPrivacyControl === true;
if (rum && !wantsNone && Math.random() * 100 < Number(rum.content)) import(rum.dataset.measure);
