using LoadTool.Analysis.Lab;

namespace LoadTool.Tests.Analysis.Lab;

/// <summary>The combinations that the lab tries.</summary>
public sealed class LabCellTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(32)]
    [InlineData(16_384)]
    [InlineData(LabCell.MaxMessageBytes)]
    public void Every_burst_is_answered_to_its_last_message_and_a_batch_fits_one_write(int size)
    {
        foreach (LabCell cell in LabCell.Matrix([size]))
        {
            Assert.Equal(0, cell.MessagesPerBurst % cell.MessagesPerReply);
            if (cell.Writes == WritePattern.CorkedBatch)
                Assert.InRange(cell.MessagesPerBurst * (cell.MessageBytes + 14), 2 * size, 64 * 1024);
        }
    }

    [Fact]
    public void Every_way_of_writing_and_every_way_of_answering_is_there_for_every_size()
    {
        IReadOnlyList<LabCell> cells = LabCell.Matrix([32, 1_024]);

        Assert.Equal(cells.Count, cells.Distinct().Count());
        foreach (int size in (int[])[32, 1_024])
        {
            LabCell[] some = [.. cells.Where(cell => cell.MessageBytes == size)];
            Assert.Equal(Enum.GetValues<WritePattern>(), some.Select(cell => cell.Writes).Distinct().Order());
            Assert.Equal(Enum.GetValues<ReplyPattern>(), some.Select(cell => cell.Replies).Distinct().Order());
        }
    }
}
