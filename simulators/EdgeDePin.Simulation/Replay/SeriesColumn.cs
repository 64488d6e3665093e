using EdgeDePin.Model;

namespace EdgeDePin.Simulation.Replay;

/// <summary>A column of a published series, and what the chip that we replay it on can hold.</summary>
/// <param name="Name">As the header has it.</param>
/// <param name="Factor">From the unit of the file to that of the quantity.</param>
internal sealed record SeriesColumn(string Name, Quantity Quantity, double Lowest, double Highest, double Factor = 1);
