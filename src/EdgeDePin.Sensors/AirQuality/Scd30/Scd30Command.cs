namespace EdgeDePin.Sensors.AirQuality.Scd30;

/// <summary>Commands (Sensirion SCD30 interface description, version 1.0, section 1.4).</summary>
public enum Scd30Command : ushort
{
    /// <summary>Argument: air pressure in hPa, 700 to 1400; 0 switches the compensation off.</summary>
    StartContinuousMeasurement = 0x0010,

    /// <summary>Argument: seconds, 2 to 1800.</summary>
    SetInterval = 0x4600,
    GetDataReady = 0x0202,
    ReadMeasurement = 0x0300,
    ReadFirmwareVersion = 0xD100,
}
