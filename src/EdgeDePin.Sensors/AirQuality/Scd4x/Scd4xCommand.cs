namespace EdgeDePin.Sensors.AirQuality.Scd4x;

/// <summary>Commands (Sensirion SCD4x datasheet, version 1.5, table 9).</summary>
public enum Scd4xCommand : ushort
{
    StartPeriodicMeasurement = 0x21B1,
    StopPeriodicMeasurement = 0x3F86,
    GetDataReady = 0xE4B8,
    ReadMeasurement = 0xEC05,

    /// <summary>Argument in hPa, that is Pa / 100.</summary>
    SetAmbientPressure = 0xE000,
    GetSerialNumber = 0x3682,
}
