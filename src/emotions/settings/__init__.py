"""What shapes each stage, as frozen, checked objects.

`emotions.params` makes them from `params.yaml`, stage `plan` writes them down, and every other stage reads
its own and no more: a module here is a dependency of the stages that it shapes, and of no others.
"""
