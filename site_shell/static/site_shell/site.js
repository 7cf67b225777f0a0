// What every page has, one file when it is collected. First what decides what may become HTML.
import "./trusted.js";
import "./sorry.js";
import "./first-visit.js";
import "./measure.js";
