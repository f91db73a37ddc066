"""What a trained model's first layers give for one face, and which parts of a face speak for a class.

`parts` takes a model apart, `outputs` and `grad_cam` compute, `record` is the file that stage `layers` writes
and stage `report` reads. The faces are drawn, by `emotions.synthetic.portraits`: pictures
made from a single face are pictures of it, and those of real ones may not stand in a report.
"""
