namespace EdgeDePin.Sensors.Grid.Sdm120;

/// <summary>
/// Input registers of the Eastron SDM120 (Modbus protocol V2.4), by their address on the wire. Each value is an IEEE 754 float in
/// two registers, high word first.
/// </summary>
public enum Sdm120Register : ushort
{
    Voltage = 0x0000,
    Current = 0x0006,

    /// <summary>W; negative while energy is exported.</summary>
    Power = 0x000C,
    ApparentPower = 0x0012,
    ReactivePower = 0x0018,
    PowerFactor = 0x001E,
    Frequency = 0x0046,

    /// <summary>kWh.</summary>
    EnergyImported = 0x0048,

    /// <summary>kWh.</summary>
    EnergyExported = 0x004A,
}
