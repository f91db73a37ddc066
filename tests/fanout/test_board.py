"""What a person sees of a fan-out."""

import io

from rich.console import Console

from emotions.fanout.board import Board, Row, said

LINE = "epoch 3/10  loss 1.2  accuracy 0.41  val_loss 1.3  val_accuracy 0.3957  189 images/s  12:03 left"


def test_a_trainers_line_tells_epoch_accuracy_and_time_left():
    assert said(Row("running", "here"), LINE) == Row("running", "here", "3/10", "0.3957", "12:03")


def test_a_stage_takes_the_place_of_the_epoch():
    row = said(said(Row(), LINE), "Running stage 'evaluate_recipe@VGG16-sgd':")
    assert row == Row(epoch="evaluate", accuracy="0.3957")


def test_a_log_has_one_line_an_event_and_the_file_has_them_all(tmp_path):
    out = io.StringIO()
    with Board(["a", "b", "c"], tmp_path / "log", Console(file=out, width=60)) as board:
        board.told("a", "started", "host/1")
        board.told("a", "said", LINE)
        board.set("a", "done", "done in 3 s")
        board.set("b", "failed", "failed: it could not")
        assert board.counts() == "1 done, 0 running, 1 waiting, 1 failed"
    events = ["a: started on host/1", f"a: {LINE}", "a: done in 3 s", "b: failed: it could not"]
    assert [line[21:] for line in out.getvalue().splitlines()] == events
    assert (tmp_path / "log").read_text() == out.getvalue()


def test_what_is_heard_late_or_can_not_be_written_ends_nothing(tmp_path):
    with Board(["a"], tmp_path / "log", Console(file=io.StringIO())) as board:
        board.set("a", "failed", "failed: it could not")
        board.told("a", "started", "host/1")
        assert board.rows["a"].state == "failed"
        (tmp_path / "log").unlink()
        (tmp_path / "log").mkdir()
        board.say("as on a full disk")


def test_a_terminal_shows_a_table_of_what_runs_and_how_many_are_where(tmp_path):
    out = io.StringIO()
    console = Console(file=out, width=70, force_terminal=True)
    with Board(["a", "b"], tmp_path / "log", console) as board:
        board.told("a", "started", "host/1")
        board.told("a", "said", LINE)
        out.truncate(0)
        console.print(board._render())
    shown = out.getvalue()
    for word in ("cell", "host/1", "3/10", "0.3957", "12:03", "0 done, 1 running, 1 waiting, 0 failed"):
        assert word in shown
    assert LINE not in shown
