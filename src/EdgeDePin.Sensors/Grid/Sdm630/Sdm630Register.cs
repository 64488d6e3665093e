namespace EdgeDePin.Sensors.Grid.Sdm630;

/// <summary>
/// Input registers of the Eastron SDM630 (Modbus protocol implementation V1.8), by their address on the wire. Each value is
/// an IEEE 754 float in two registers, high word first. Of three phases the others follow in steps of two registers.
/// </summary>
public enum Sdm630Register : ushort
{
    /// <summary>Phase 1 to neutral, V.</summary>
    VoltageL1 = 0x0000,
    CurrentL1 = 0x0006,

    /// <summary>W. Negative while energy is exported.</summary>
    PowerL1 = 0x000C,
    ApparentPowerL1 = 0x0012,
    ReactivePowerL1 = 0x0018,
    PowerFactorL1 = 0x001E,

    /// <summary>Sum of the line currents, A.</summary>
    CurrentSum = 0x0030,

    /// <summary>Total system power, W. Negative while energy is exported.</summary>
    PowerTotal = 0x0034,
    ApparentPowerTotal = 0x0038,
    ReactivePowerTotal = 0x003C,
    PowerFactorTotal = 0x003E,

    /// <summary>Hz.</summary>
    Frequency = 0x0046,

    /// <summary>Energy imported since installation, kWh.</summary>
    EnergyImported = 0x0048,
    EnergyExported = 0x004A,

    /// <summary>Of the voltage to neutral, percent.</summary>
    VoltageThdL1 = 0x00EA,
    CurrentThdL1 = 0x00F0,

    /// <summary>Mean of the phases.</summary>
    VoltageThdMean = 0x00F8,
    CurrentThdMean = 0x00FA,

    /// <summary>Imported and exported together, kWh.</summary>
    EnergyTotal = 0x0156,
}
