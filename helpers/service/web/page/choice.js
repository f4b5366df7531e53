// A table that was refused for its columns or gaps: what of it is to be sent.

const USABLE = ["number", "nameless", "row number", "constant"];
const SETS = 100;  // of gaps: no more are told
const quoted = name => /[",]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name;
const ticked = () => [...all("#ticks :checked")].map(box => Number(box.value));

/** Offer the columns. */
function offer(file, {rows, columns, gaps}) {
  const change = () => {
    const chosen = new Set(ticked());
    const lacking = gaps.reduce((sum, gap) => sum + (gap.columns.some(j => chosen.has(j)) ? gap.rows : 0), 0);
    byId("gaps").hidden = !lacking;
    write("lacking", `${gaps.length < SETS ? "" : "At least "}${count(lacking)} of ${plural(rows, "row")} lack a value in what is ticked`);
    byId("send").disabled = !chosen.size;
  };
  byId("ticks").replaceChildren(...columns.map(({name, kind, missing, use, why}, j) => {
    const label = element("label", {className: "check"}), words = element("span");
    const box = element("input", {type: "checkbox", value: j, checked: use, disabled: !USABLE.includes(kind)});
    const said = [why, missing && `${count(missing)} missing`].filter(Boolean).join("; ");
    words.textContent = `\u2068${name}\u2069${said && `: ${said}`}`;
    box.addEventListener("change", change);
    label.append(box, words);
    return label;
  }));
  write("choice-name", `Which columns of ${file.name}?`);
  document.querySelector("[name=missing][value=refuse]").checked = true;
  byId("send").onclick = () => upload(file, {
    columns: ticked().map(j => quoted(columns[j].name)).join(","),
    missing: checked("missing"),
  });
  byId("choice").hidden = false;
  change();
  byId("choice-name").focus();
}

/** Close the offer. */
function withdraw(next) {
  if (byId("choice").contains(document.activeElement)) byId(next).focus();
  byId("choice").hidden = true;
}

on("discard", "click", () => withdraw("own-name"));
