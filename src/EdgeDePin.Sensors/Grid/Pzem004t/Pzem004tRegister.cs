namespace EdgeDePin.Sensors.Grid.Pzem004t;

/// <summary>Input registers of the PZEM-004T V3.0 (Peacefair user manual, section 2.3). Of two registers the low word comes first.</summary>
public enum Pzem004tRegister : ushort
{
    /// <summary>0.1 V.</summary>
    Voltage = 0,

    /// <summary>0.001 A, 32 bits.</summary>
    Current = 1,

    /// <summary>0.1 W, 32 bits.</summary>
    Power = 3,

    /// <summary>Wh, 32 bits; a counter that can be reset.</summary>
    Energy = 5,

    /// <summary>0.1 Hz.</summary>
    Frequency = 7,

    /// <summary>0.01.</summary>
    PowerFactor = 8,
    Alarm = 9,
}
