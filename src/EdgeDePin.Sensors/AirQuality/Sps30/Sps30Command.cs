namespace EdgeDePin.Sensors.AirQuality.Sps30;

/// <summary>Commands on I2C (SPS30 datasheet, version 1.0, section 6.3).</summary>
public enum Sps30Command : ushort
{
    /// <summary>With one argument: the format of the values.</summary>
    StartMeasurement = 0x0010,
    StopMeasurement = 0x0104,

    /// <summary>One word: 1 if there is a measurement that nobody has read.</summary>
    ReadDataReady = 0x0202,

    /// <summary>Twenty words: ten floats.</summary>
    ReadMeasuredValues = 0x0300,

    /// <summary>Sixteen words of ASCII.</summary>
    ReadSerialNumber = 0xD033,
}
