difference() { cube(10); cylinder(r=2, h=20); }
