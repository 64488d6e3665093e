using EdgeDePin.Model;
using EdgeDePin.Sensors;
using EdgeDePin.Sensors.Grid.Dsmr;

namespace EdgeDePin.Tests.Sensors.Grid;

/// <summary>Telegrams that others recorded from real meters.</summary>
public sealed class DsmrTelegramTests
{
    public static TheoryData<string> Files =>
    [
        "v5", "v4_2", "fluvius_v171", "sagemcom_t210_d_r", "unpadded_crc", "v2_2", "v3", "esy5q3da1004_v304",
    ];

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_telegram_is_read_whole_and_in_any_pieces(string name)
    {
        byte[] bytes = Bytes(name);
        DsmrTelegram whole = Read(name);
        var scanner = new DsmrScanner();
        List<DsmrTelegram> pieces = [];
        foreach (byte b in bytes.Concat(bytes))
        {
            if (scanner.Take([b], out _) is { } answer)
            {
                Assert.False(answer.Failed(out _, out DsmrTelegram? telegram));
                pieces.Add(telegram);
            }
        }

        Assert.Equal(2, pieces.Count);
        Assert.All(pieces, piece => Assert.Equal(whole.Lines.Select(line => line.Obis), piece.Lines.Select(line => line.Obis)));
    }

    [Theory]
    [InlineData("v5", 0x6EEE)]
    [InlineData("v4_2", 0x6796)]
    [InlineData("fluvius_v171", 0x3AD7)]
    [InlineData("sagemcom_t210_d_r", 0x7EF9)]
    [InlineData("unpadded_crc", 0x0B9F)]
    public void The_check_of_a_telegram_is_the_one_at_its_end(string name, int check)
    {
        byte[] bytes = Bytes(name);
        int begin = Array.IndexOf(bytes, (byte)'/');
        Assert.Equal(check, DsmrChecksum.Of(bytes.AsSpan(begin, Array.IndexOf(bytes, (byte)'!') + 1 - begin)));
    }

    // An EasyMeter sends ones after its telegram, and a meter without clock an instant of seven times 63.25.
    [Fact]
    public void Ones_between_telegrams_and_an_invalid_instant_are_borne()
    {
        byte[] bytes = Bytes("v5");
        var scanner = new DsmrScanner();
        int whole = 0;
        foreach (byte b in (byte[])[.. bytes, .. Enumerable.Repeat((byte)0xFF, 20), .. bytes, 0xFF, .. bytes])
        {
            whole += scanner.Take([b], out _) is { } answer && !answer.Failed(out _, out _) ? 1 : 0;
        }

        Assert.Equal(3, whole);
        Assert.Null(DsmrTelegram.Time("632525252525W"));
        Assert.Equal(new DateTimeOffset(2017, 1, 2, 18, 20, 2, TimeSpan.Zero), DsmrTelegram.Time("170102192002W"));
    }

    [Fact]
    public void A_telegram_of_dsmr_5_tells_what_it_says()
    {
        DsmrTelegram telegram = Read("v5");
        Assert.Equal(@"ISk5\2MT382-1000", telegram.Header);
        Assert.Equal(new DateTimeOffset(2017, 1, 2, 18, 20, 2, TimeSpan.Zero), telegram.Instant);
        Assert.Equal("00013", telegram.Line("0-0:96.7.21")!.Values[0]);
        Holds(telegram, (Quantity.Power, 244), (Quantity.Energy, 6.825), (Quantity.EnergyExported, 2.444), (Quantity.Voltage, 230),
            (Quantity.VoltageL2, 230), (Quantity.VoltageL3, 229), (Quantity.CurrentL1, 0.48), (Quantity.CurrentL2, 0.44),
            (Quantity.CurrentL3, 0.86), (Quantity.Gas, 0.107));
    }

    [Fact]
    public void A_telegram_of_dsmr_4_has_no_voltages_and_a_long_failure()
    {
        DsmrTelegram telegram = Read("v4_2");
        Assert.Equal("2317482647*s", telegram.Line("1-0:99.97.0")!.Values[^1]);   // more than 2^31
        Holds(telegram, (Quantity.Power, 2_027), (Quantity.Energy, 3_016.829), (Quantity.EnergyExported, 0),
            (Quantity.CurrentL1, 0), (Quantity.CurrentL2, 6), (Quantity.CurrentL3, 2), (Quantity.Gas, 981.443));
    }

    [Fact]
    public void A_belgian_telegram_has_its_gas_elsewhere_and_water_beside_it()
    {
        DsmrTelegram telegram = Read("fluvius_v171");
        Assert.Equal(872.234, telegram.Value("0-2:24.2.1", "m3"));
        Assert.Equal(3 + 9, telegram.Line("0-0:98.1.0")!.Values.Length);   // count, two ids, three quarter hours of three values
        Holds(telegram, (Quantity.Power, 0), (Quantity.Energy, 15.792), (Quantity.EnergyExported, 0.011), (Quantity.Voltage, 234.7),
            (Quantity.VoltageL2, 234.7), (Quantity.VoltageL3, 234.7), (Quantity.CurrentL1, 0), (Quantity.CurrentL2, 0),
            (Quantity.CurrentL3, 0), (Quantity.Gas, 112.384));
    }

    [Fact]
    public void Whole_watts_are_watts() => Holds(
        Read("sagemcom_t210_d_r"), (Quantity.Power, 286), (Quantity.Energy, 6_545.766), (Quantity.EnergyExported, 0.058));

    [Fact]
    public void A_checksum_without_its_leading_zero_is_right_and_heat_is_told()
    {
        DsmrTelegram telegram = Read("unpadded_crc");
        Assert.Equal("NWA-WARMTELINK", telegram.Header);
        Assert.Equal("240.860*GJ", telegram.Line("0-1:24.2.1")!.Values[^1]);
    }

    [Theory]
    [InlineData("v2_2", 1_010, 2.002, 2.002)]
    [InlineData("v3", 1_190, 24_691.356, 24_691.356)]
    public void Old_meters_have_their_gas_in_the_line_below(string name, double watts, double imported, double exported) => Holds(
        Read(name), (Quantity.Power, watts), (Quantity.Energy, imported), (Quantity.EnergyExported, exported), (Quantity.Gas, 1.001));

    [Fact]
    public void A_german_meter_ends_its_codes_with_255() => Holds(
        Read("esy5q3da1004_v304"), (Quantity.Power, 1_688.21), (Quantity.Energy, 32_549.5061662));

    [Theory]
    [InlineData("v5")]
    [InlineData("v4_2")]
    [InlineData("fluvius_v171")]
    [InlineData("sagemcom_t210_d_r")]
    [InlineData("unpadded_crc")]
    public void A_telegram_with_any_flipped_bit_is_refused(string name)
    {
        byte[] bytes = Bytes(name);
        DsmrTelegram whole = Read(name);
        for (int bit = 0; bit < 8 * bytes.Length; bit++)
        {
            byte[] flipped = [.. bytes];
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            Answer<DsmrTelegram> answer = DsmrScanner.Read(flipped);

            // What is behind the last digit, or the case of a digit, changes nothing that is read.
            Assert.True(answer.Failed(out _, out DsmrTelegram? telegram) || telegram.Lines.SelectMany(Texts).SequenceEqual(whole.Lines.SelectMany(Texts)), $"bit {bit}");
        }
    }

    [Fact]
    public void A_line_that_never_ends_is_given_up()
    {
        var scanner = new DsmrScanner();
        byte[] endless = [.. "/X\r\n"u8, .. Enumerable.Repeat((byte)'1', 2 * DsmrScanner.Longest)];
        Answer<DsmrTelegram>? answer = scanner.Take(endless, out int taken);
        Assert.True(answer?.Failed(out _, out _));
        Assert.InRange(taken, DsmrScanner.Longest, DsmrScanner.Longest + 2);
    }

    private static IEnumerable<string> Texts(DsmrLine line) => [line.Obis, .. line.Values];

    private static void Holds(DsmrTelegram telegram, params (Quantity Quantity, double Value)[] expected)
    {
        var sample = new SampleBuffer();
        DsmrConversion.Convert(telegram, sample);
        Measurement[] seen = sample.Measurements.ToArray();
        Assert.Equal(expected.Select(one => one.Quantity), seen.Select(one => one.Quantity));
        Assert.All(expected.Index(), one => Assert.Equal(one.Item.Value, seen[one.Index].Value, 1e-6));
    }

    private static DsmrTelegram Read(string name)
    {
        Answer<DsmrTelegram> answer = DsmrScanner.Read(Bytes(name));
        Assert.False(answer.Failed(out SensorFault? fault, out DsmrTelegram? telegram), fault?.Detail);
        return telegram!;
    }

    private static byte[] Bytes(string name) => File.ReadAllBytes(SharedData.Require("dsmr", name + ".telegram"));
}
