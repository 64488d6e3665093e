namespace EdgeDePin.Sensors.Grid.Sdm630;

/// <summary>
/// Input registers of the Eastron SDM630 (Modbus protocol implementation V1.8), by their address on the wire. Each value is
/// an IEEE 754 float in two registers, high word first.
/// </summary>
public enum Sdm630Register : ushort
{
    /// <summary>Phase 1 to neutral, V.</summary>
    VoltageL1 = 0x0000,

    /// <summary>Sum of the line currents, A.</summary>
    CurrentSum = 0x0030,

    /// <summary>Total system power, W. Negative while energy is exported.</summary>
    PowerTotal = 0x0034,

    /// <summary>Hz.</summary>
    Frequency = 0x0046,

    /// <summary>Energy imported since installation, kWh.</summary>
    EnergyImported = 0x0048,
}
