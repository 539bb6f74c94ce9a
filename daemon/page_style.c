/*
 * How the pages look: one style sheet, light and dark, for a desk and for a phone.
 */
#include "site.h"

int
page_style(void *site, const struct web_request *request, struct buf *body)
{
	(void)site;
	(void)request;
	buf_add(body,
	    STR(":root{color-scheme:light dark;--fg:#1b1d21;--dim:#5a606b;--bg:#fbfbfa;--card:#fff;"
		"--line:#dcdfe4;--link:#0b57a8;--mark:#ffe58a;--good:#1c6b3a;--warn:#8a5300;--bad:#"
		"b3261e}"
		"@media(prefers-color-scheme:dark){:root{--fg:#e7e9ed;--dim:#a5abb6;--bg:#14161a;"
		"--card:#1c1f25;--line:#343942;--link:#8ab8f5;--mark:#6b5500;--good:#7fd19b;"
		"--warn:#f0b35a;--bad:#ff8a80}}"
		"*{box-sizing:border-box}"
		"body{margin:0;font:16px/1.5 "
		"system-ui,sans-serif;color:var(--fg);background:var(--bg)}"
		"header{display:flex;flex-wrap:wrap;gap:.25rem 1.5rem;align-items:baseline;"
		"padding:.75rem 1rem;border-bottom:1px solid var(--line)}"
		"nav{display:flex;flex-wrap:wrap;gap:1rem}"
		"nav a{padding:.25rem 0}nav a[aria-current]{color:var(--fg);font-weight:600}"
		"main{max-width:60rem;margin:0 auto;padding:1rem}"
		"h1{font-size:1.4rem;margin:.25rem 0 1rem}"
		"h2{font-size:1.05rem;margin:0;overflow-wrap:anywhere}"
		"a{color:var(--link)}"
		"article{background:var(--card);border:1px solid var(--line);"
		"border-left:.3rem solid var(--line);border-radius:.4rem;padding:.8rem "
		"1rem;margin:0 0 .8rem}"
		"article.high{border-left-color:var(--warn)}article.critical{border-left-color:var("
		"--bad)}"
		".source,caption,time{color:var(--dim);font-size:.9rem}.source{margin:.2rem 0 "
		".5rem}"
		".entry{margin:.5rem 0 0;font-weight:600;font-size:.95rem}"
		"details{margin:.6rem 0 0;font-size:.95rem}summary{cursor:pointer;padding:.25rem "
		"0}"
		"details ul{margin:.2rem 0 0;padding-left:1.2rem}details li{margin:.3rem 0}"
		".snippet{margin:.1rem 0 0;overflow-wrap:anywhere;white-space:pre-line}"
		"mark{background:var(--mark);color:inherit;padding:0 .1em}"
		".good{color:var(--good)}.warn{color:var(--warn)}.bad{color:var(--bad)}"
		"form{margin:0 0 1rem;display:flex;flex-wrap:wrap;gap:.5rem;align-items:center}"
		"input,button{font:inherit;padding:.35rem .6rem;border:1px solid var(--dim);"
		"border-radius:.3rem;background:var(--card);color:var(--fg)}"
		".wide{overflow-x:auto;margin:0 0 1.5rem}"
		"table{border-collapse:collapse;width:100%}caption{text-align:left;padding:.3rem 0}"
		"th,td{text-align:left;padding:.4rem .8rem .4rem 0;border-bottom:1px solid "
		"var(--line);"
		"vertical-align:top}"
		".spark rect{fill:var(--link)}\n"));
	return 200;
}
