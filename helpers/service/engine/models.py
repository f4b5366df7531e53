"""Models: fitted once and kept, to label new rows many times."""

from helpers.service.data.digests import ID, VERSIONS
from helpers.service.data.tables import default_names
from helpers.service.problems import Problem, of_body
from helpers.service.work.answers import Answer
from helpers.service.work.pool import Gone

SHORT = ("id", "parameters", "rows", "columns", "n_clusters")  # of a model, in the list of all


class Models:
    """The models of one server.

    Parameters
    ----------
    engine : helpers.service.engine.Engine
        Fits them.
    """

    def __init__(self, engine):
        self._engine, self._store = engine, engine.store

    def add(self, question, record, key):
        """Fit and keep a model; the same question has the same model.

        Returns
        -------
        record : dict
        new : bool
        """
        id = key[:16]
        known = self._store.get("model", id)
        if known is not None:
            return known, False

        self._store.check_room()

        def compute():
            known = self._store.get("model", id)
            if known is not None:  # it came since
                return known, False
            with self._store.scratch(".npz") as path:
                _, summary = self._engine.fit(question, record, path)
                facts = {name: record[name] for name in ("rows", "columns", "feature_names", "fingerprint")}
                model = {"id": id, "parameters": question.model_dump(), **summary, **facts, "versions": VERSIONS}
                return model, self._store.add("model", id, model, path)

        with self._engine.fitters.place():
            (model, new), mine = self._engine.answers.work_out(f"model {key}", compute, keep=False)
        return model, new and mine

    def get(self, id):
        """Give the record of a model.

        Raises
        ------
        Problem
            404 if there is none.
        """
        record = self._store.get("model", id) if ID.fullmatch(id) else None
        if record is None:
            raise _no_model(id)
        return record

    def page(self, after, limit):
        """Give so many records in few words, ordered by id, from behind an id."""
        return [{name: record[name] for name in SHORT} for record in self._store.page("model", after, limit)]

    def delete(self, id):
        """Delete a model.

        Raises
        ------
        Problem
            404 if there is none.
        """
        if not (ID.fullmatch(id) and self._store.delete("model", id)):
            raise _no_model(id)

    def predict(self, id, facts, path):
        """Label new rows.

        Parameters
        ----------
        id : str
            Of a model.
        facts, path
            Of a table, as for `Catalog.add`; the file stays.

        Returns
        -------
        helpers.service.work.answers.Answer

        Raises
        ------
        Problem
            404 if there is no such model, 409 if it cannot label these rows.
        """
        record = self.get(id)
        if record["parameters"]["algorithm"] == "hdbscan":
            raise Problem(409, "HDBSCAN has no rule for new rows here; make a model with kmeans or dbscan")
        columns, wanted, given = record["columns"], record["feature_names"], facts["feature_names"]
        unnamed = list(default_names(columns))
        if facts["columns"] != columns or (given != wanted and unnamed not in (given, wanted)):
            said = f"the model was made of {columns} columns, {', '.join(wanted)[:200]}; give these, in this order"
            raise of_body("/X", said, 409)
        try:
            with self._engine.reader.place():
                return Answer(self._engine.reader.run("predict", self._store.path("model", id), path), {})
        except Gone:
            raise Problem(404, f"the model {id} was deleted meanwhile") from None


def _no_model(id):
    return Problem(404, f"there is no model {id[:60]!a}; POST /models makes one")
