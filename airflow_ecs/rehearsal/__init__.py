"""An emulated AWS account on this machine, and the deployment of any Pulumi program to it."""
