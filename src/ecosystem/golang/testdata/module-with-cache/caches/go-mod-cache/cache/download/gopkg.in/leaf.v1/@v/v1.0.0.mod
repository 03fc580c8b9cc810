module gopkg.in/leaf.v1
