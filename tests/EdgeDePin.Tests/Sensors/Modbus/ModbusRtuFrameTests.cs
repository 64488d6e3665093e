using System.Text;
using CsCheck;
using EdgeDePin.Model;
using EdgeDePin.Sensors;
using EdgeDePin.Sensors.Modbus;

namespace EdgeDePin.Tests.Sensors.Modbus;

public sealed class ModbusRtuFrameTests
{
    [Fact]
    public void The_checksum_has_the_published_check_value() =>
        Assert.Equal(0x4B37, ModbusCrc.Of(Encoding.ASCII.GetBytes("123456789")));

    // The worked example of Eastron's SDM120 protocol sheet: phase 1 voltage.
    [Fact]
    public void The_question_and_the_answer_of_the_meters_sheet()
    {
        var voltage = new ModbusRequest(1, ModbusFunction.InputRegisters, 0, 2);
        Assert.Equal("01040000000271CB", Convert.ToHexString(ModbusRtuFrame.Request(voltage)));
        ushort[] registers = Registers("01 04 04 43 66 33 34 1B 38", voltage);
        Assert.Equal(230.2, BitConverter.Int32BitsToSingle((registers[0] << 16) | registers[1]), 0.0001);
    }

    // Recorded from real meters (arendst/Tasmota #17659): 226.5 V in tenths, 14.21 kWh in hundredths.
    [Fact]
    public void Frames_recorded_from_real_meters_decode()
    {
        Assert.Equal<ushort>([2265], Registers("01 03 02 08 D9 7E 1E", new ModbusRequest(1, ModbusFunction.HoldingRegisters, 0, 1)));
        Assert.Equal<ushort>([0, 1421], Registers("01 03 04 00 00 05 8D 39 06", new ModbusRequest(1, ModbusFunction.HoldingRegisters, 0, 2)));
    }

    [Theory]
    [InlineData(2, "illegal data address")]
    [InlineData(6, "device busy")]
    public void An_exception_is_a_refusal_with_its_meaning(byte code, string meaning)
    {
        byte[] frame = ModbusRtuFrame.Seal([1, 0x84, code, 0, 0]);
        SensorFault fault = ModbusRtuFrame.Decode(frame, new ModbusRequest(1, ModbusFunction.InputRegisters, 0, 2)).Fault!;
        Assert.Equal(FaultKind.Refused, fault.Kind);
        Assert.Contains(meaning, fault.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void An_answer_with_any_single_bit_inverted_is_a_fault() =>
        Gen.Select(Gen.Byte.Array[148], Gen.Int[0, (8 * 153) - 1]).Sample((data, bit) =>
        {
            byte[] frame = ModbusRtuFrame.Seal([1, 4, 148, .. data, 0, 0]);
            var asked = new ModbusRequest(1, ModbusFunction.InputRegisters, 0, 74);
            Assert.Null(ModbusRtuFrame.Decode(frame, asked).Fault);
            frame[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Equal(FaultKind.Corrupted, ModbusRtuFrame.Decode(frame, asked).Fault?.Kind);
        });

    [Theory]
    [InlineData("02 04 04 43 66 33 34 1B 38")]   // another unit
    [InlineData("01 04 02 43 66 33 34")]         // fewer registers than asked
    [InlineData("01 04 04 43 66")]               // cut
    public void What_does_not_answer_the_question_is_a_fault(string frame) => Assert.Equal(
        FaultKind.Corrupted,
        ModbusRtuFrame.Decode(Hex(frame), new ModbusRequest(1, ModbusFunction.InputRegisters, 0, 2)).Fault?.Kind);

    // Modbus over Serial Line V1.02: 3.5 characters, fixed above 19200 bit/s.
    [Fact]
    public void Frames_are_divided_by_three_and_a_half_characters()
    {
        Assert.Equal(4.01, ModbusRtuLink.Gap(9_600).TotalMilliseconds, 0.01);
        Assert.Equal(1.75, ModbusRtuLink.Gap(115_200).TotalMilliseconds);
    }

    private static ushort[] Registers(string frame, ModbusRequest asked)
    {
        Answer<ushort[]> answer = ModbusRtuFrame.Decode(Hex(frame), asked);
        Assert.Null(answer.Fault);
        return answer.Value!;
    }

    private static byte[] Hex(string text) => Convert.FromHexString(text.Replace(" ", "", StringComparison.Ordinal));
}
