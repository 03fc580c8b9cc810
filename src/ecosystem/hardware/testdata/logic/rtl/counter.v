`timescale 1ns / 1ps
module counter(input clk, output reg [7:0] n);
always @(posedge clk) n <= n + 1;
endmodule
