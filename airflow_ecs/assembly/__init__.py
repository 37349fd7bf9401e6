"""How components are wired where several make one part: image, secrets, web page, tasks."""
